// A site of two languages with news, lists of them by tag and year, a feed and a site map.
const PAGE_SIZE = 20;
const LANGUAGES = ["ru", "en"];

const newest = (items) => [...items].sort((a, b) => b.date - a.date);
const inside = (api, lang, folder) => api.getFilteredByGlob(`src/${lang}/${folder}/*.md`);

function list(base, title, lang, items) {
  const parts = Math.max(1, Math.ceil(items.length / PAGE_SIZE));
  return Array.from({ length: parts }, (_, index) => ({
    lang,
    title,
    items: items.slice(index * PAGE_SIZE, (index + 1) * PAGE_SIZE),
    number: index + 1,
    parts,
    base,
    url: index ? `${base}page/${index + 1}/` : base,
  }));
}

function groups(items, keysOf) {
  const found = new Map();
  for (const item of items) {
    for (const key of keysOf(item)) {
      if (!found.has(key)) found.set(key, []);
      found.get(key).push(item);
    }
  }
  return found;
}

function lists(api, lang, names) {
  const prefix = lang === "ru" ? "/" : "/en/";
  const news = newest(inside(api, lang, "news"));
  const found = list(`${prefix}news/`, names.news[lang], lang, news);
  for (const [year, items] of groups(news, (item) => [item.date.getUTCFullYear()])) {
    found.push(...list(`${prefix}news/${year}/`, String(year), lang, items));
  }
  for (const [tag, items] of groups(news, (item) => item.data.labels)) {
    found.push(...list(`${prefix}news/tags/${tag}/`, names.tags[tag][lang], lang, items));
  }
  return found;
}

export default function (config) {
  config.addPassthroughCopy({ "src/site.css": "site.css" });
  config.addFilter("day", (date) => date.toISOString().slice(0, 10));
  config.addFilter("upTo", (items, limit) => items.slice(0, limit));
  for (const lang of LANGUAGES) {
    config.addCollection(`news_${lang}`, (api) => newest(inside(api, lang, "news")));
    config.addCollection(`members_${lang}`, (api) => inside(api, lang, "organisations"));
  }
  config.addCollection("lists", (api) => {
    const names = api.getAll()[0].data.names;
    return LANGUAGES.flatMap((lang) => lists(api, lang, names));
  });
  return { dir: { input: "src", output: "_site" }, markdownTemplateEngine: false, htmlTemplateEngine: "njk" };
}
