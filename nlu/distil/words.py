"""The texts the vectors are fitted on, all of which may ship, and the units (words, pairs, pieces) that get a vector."""

import csv
import random
import re
import unicodedata
from collections import Counter
from pathlib import Path

# Texts of one file at most: no trade may fill the corpus.
MOST = 4000
VOWELS = (
    "aeiouyăâêôơưáàảãạắằẳẵặấầẩẫậéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ"
)
ACCENTED = set(VOWELS + "đ") - set("aeiouy")
SYLLABLE = re.compile(
    rf"(ngh|ng|nh|gh|gi|kh|ph|th|tr|ch|qu|[bcdđghklmnpqrstvx])?[{VOWELS}]{{1,3}}(ch|ng|nh|[cmnpt])?$"
)
WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*")


def fold(text):
    """As `normalise` spells words: composed, lower case, straight apostrophes."""
    return unicodedata.normalize("NFC", text).lower().replace("’", "'")


def strip(word):
    return "".join("d" if c == "đ" else unicodedata.normalize("NFD", c)[0] for c in word)


def corpus(data: Path, training: Path):
    """English and Vietnamese messages: the public training sets marked `ship`, and what was written for Lara."""
    english, vietnamese = [], []
    public = ["banking77_train", "clinc150_train", "bitext27_train", "uci_sentences_train", "vi_app_reviews_train"]
    files = [next(data.glob(f"*/{name}.csv")) for name in public]
    files += sorted(path for path in training.rglob("*.csv") if "held_out" not in path.name)
    for path in files:
        with path.open(encoding="utf-8-sig", newline="") as file:
            texts = sorted({fold(row["text"]) for row in csv.DictReader(file)})
        random.Random(1).shuffle(texts)
        for text in texts[:MOST]:
            if 2 <= len(WORD.findall(text)) <= 40:
                (vietnamese if any(c in ACCENTED for c in text) else english).append(text)
    return list(dict.fromkeys(english)), list(dict.fromkeys(vietnamese))


def segment(text, pairs):
    """Words of a text, two that are a unit together as one; as `features/vectors.rs` does."""
    words = WORD.findall(text)
    out, at = [], 0
    while at < len(words):
        pair = " ".join(words[at : at + 2])
        out.append(pair if pair in pairs else words[at])
        at += 2 if pair in pairs and at + 1 < len(words) else 1
    return out


def frequent_pairs(texts, least):
    count = Counter()
    for text in texts:
        words = WORD.findall(text)
        count.update(" ".join(pair) for pair in zip(words, words[1:]))
    return sorted(pair for pair, times in count.items() if times >= least)


def english_units(texts, vocabulary, lexicon: Path):
    """Words and pieces of the encoder, words of the texts seen twice, words with a valence; frequent pairs."""
    count = Counter(word for text in texts for word in WORD.findall(text))
    valence = {line.split("\t")[0] for line in lexicon.read_text(encoding="utf-8").splitlines()}
    latin = re.compile(r"[a-z]+(?:'[a-z]+)*")
    pieces = sorted(piece for piece in vocabulary if re.fullmatch(r"(##)?[a-z']+", piece))
    known = set(pieces)
    words = {word for word in set(count) | valence if latin.fullmatch(word) and (count[word] >= 2 or word in valence)}
    return pieces, sorted(words - known)


def vietnamese_units(texts, vocabulary):
    """Syllables of the encoder, words of the texts seen twice; frequent pairs."""
    count = Counter(word for text in texts for word in WORD.findall(text))
    known = {piece[1:] for piece in vocabulary if piece.startswith("▁")}
    syllables = {word for word in known if SYLLABLE.match(word) and any(c in ACCENTED for c in word)}
    return sorted(syllables | {word for word, times in count.items() if times >= 2 and len(word) <= 7})
