// Splits text into words, and tells whether two words are forms of one.

export const wordsOf = (text) => text.toLowerCase().replaceAll("ё", "е").replaceAll("\u00ad", "").match(/[\p{L}\p{N}]+/gu) ?? [];

// Endings in which two forms of one word may differ: of Russian nouns, adjectives and verbs, and of English words.
const ENDINGS = new Set(
  `а я ы и у ю е о ь й ой ей ий ый ом ем им ым ам ям ах ях их ых ов ев ая яя ое ее ые ие ую юю ия ию ья ье ью ьи
   ого его ому ему ами ями ыми ими иям иях ией ием иями т ть ет ют ит ят ат ут л ла ло ли на но ны ен
   s es e ed ing y ies`.split(/\s+/),
).add("");
const SHARED = 3;

const areEndings = (one, other) => ENDINGS.has(one) && ENDINGS.has(other);

// плён-ок and плён-ка, кон-ец and кон-ца
const hasFleetingVowel = (one, other) => /^[ое][кц]$/.test(one) && other[0] === one[1] && ENDINGS.has(other.slice(1));

// `asked` may be half typed, so the beginning of a word is enough.
export function isForm(word, asked) {
  if (word.startsWith(asked)) return true;
  let shared = 0;
  while (shared < asked.length && word[shared] === asked[shared]) shared++;
  for (let at = shared; at >= Math.max(SHARED, asked.length / 2); at--) {
    const [one, other] = [word.slice(at), asked.slice(at)];
    if (areEndings(one, other) || hasFleetingVowel(one, other) || hasFleetingVowel(other, one)) return true;
  }
  return false;
}
