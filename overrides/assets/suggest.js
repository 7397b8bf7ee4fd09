// What was probably meant by a word that no page has: a typing error, Russian in Latin letters, the wrong keyboard layout.

const KEYS = { en: "qwertyuiop[]asdfghjkl;'zxcvbnm,.`", ru: "йцукенгшщзхъфывапролджэячсмитьбюе" };

// Longer first; the first spelling of a sound is the one written back.
const SOUNDS = `shch щ zh ж kh х ts ц ch ч sh ш yu ю ju ю ya я ja я yo е a а b б v в w в g г d д e е z з i и y й j й k к
  c ц l л m м n н o о p п r р s с t т u у f ф h х x кс y ы`.split(/\s+/);
const PAIRS = SOUNDS.flatMap((sound, at) => (at % 2 ? [] : [[sound, SOUNDS[at + 1]]]));

const swapKeys = (word, from, to) => [...word].map((key) => KEYS[to][KEYS[from].indexOf(key)] ?? key).join("");

function swapSounds(word, pairs) {
  let spelt = "";
  while (word) {
    const [from, to] = pairs.find(([sound]) => word.startsWith(sound)) ?? [word[0], word[0]];
    spelt += to;
    word = word.slice(from.length);
  }
  return spelt;
}

const spellings = (word) =>
  /[а-я]/.test(word)
    ? [word, swapKeys(word, "ru", "en"), swapSounds(word, PAIRS.map(([latin, cyrillic]) => [cyrillic, latin]))]
    : [word, swapKeys(word, "en", "ru"), swapSounds(word, PAIRS)];

// How many letters must be put in, left out, changed or swapped with the next.
function distance(one, other) {
  let before = [];
  let row = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (let i = 1; i <= one.length; i++) {
    const next = [i];
    for (let j = 1; j <= other.length; j++) {
      next[j] = Math.min(next[j - 1] + 1, row[j] + 1, row[j - 1] + (one[i - 1] !== other[j - 1]));
      if (one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1]) next[j] = Math.min(next[j], before[j - 2] + 1);
    }
    [before, row] = [row, next];
  }
  return row[other.length];
}

// Forms of a word mostly differ in the vowels at its end.
const stem = (word) => word.replace(/(?<=..)[аеиоуыэюяйьaeiouy]+$/, "");

function sharedBeginning(one, other) {
  let at = 0;
  while (at < one.length && one[at] === other[at]) at++;
  return at;
}

// The word of `known` that is nearest to a spelling of `word`: two errors are allowed in a long one; else the word that
// begins alike, as упаковка does for упаковочный; or nothing.
export function nearest(word, known) {
  let [best, least] = ["", Infinity];
  for (const spelt of spellings(word)) {
    const allowed = spelt.length < 4 ? 0 : spelt.length < 8 ? 1 : 2;
    for (const candidate of known) {
      if (Math.abs(candidate.length - spelt.length) > 3) continue;
      const errors = distance(stem(spelt), stem(candidate));
      if (errors <= allowed && errors < least) [best, least] = [candidate, errors];
    }
  }
  if (best) return best;
  const alike = Math.max(...known.map((candidate) => sharedBeginning(word, candidate)));
  return alike >= Math.max(5, word.length / 2) ? known.find((candidate) => sharedBeginning(word, candidate) === alike) : "";
}
