const prefix = "";

export default {
  lang: "ru",
  layout: "base.njk",
  prefix,
  other: "en/",
  eleventyComputed: {
    permalink: (data) => `/${prefix}${data.own}`,
  },
};
