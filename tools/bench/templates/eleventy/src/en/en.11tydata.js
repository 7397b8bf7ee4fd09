const prefix = "en/";

export default {
  lang: "en",
  layout: "base.njk",
  prefix,
  other: "",
  eleventyComputed: {
    permalink: (data) => `/${prefix}${data.own}`,
  },
};
