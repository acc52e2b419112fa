"""Makes `nlu/models/vectors.bin`: what two sentence encoders make of words, small enough to ship.

    python nlu/distil/distil.py ENCODERS DATA OUT

ENCODERS holds `all-MiniLM-L6-v2` and `multilingual-e5-small`, DATA the public sets (`scripts/encoders` and the model card
say where both are from). Ten minutes on two cores. English comes from MiniLM, Vietnamese from e5, turned into MiniLM's space.

Each unit (a word, a frequent pair of words, a word piece) starts as the mean of what the encoder makes of it alone and of
what it makes of it in context; then all are moved, by ridge regression, so that their weighted mean predicts the
embedding of a sentence. 256 principal directions are kept, turned at random so that four bits a number suffice.
"""

import sys
from collections import Counter
from pathlib import Path

import numpy as np
from encoder import Encoder
from scipy import sparse
from words import WORD, corpus, english_units, frequent_pairs, segment, strip, vietnamese_units

DIMS = 256
# Smooth inverse frequency (Arora, Liang, Ma 2017): weight a / (a + p). Ten times the usual: service messages are short.
A = 0.03
# Seen as often as this, a word's contexts count as much as the word alone.
TRUST = 3
RIDGE = 0.3
PAIRS = {"english": 8, "vietnamese": 3}
# Spellings, the seeds of the hash; `features/vectors.rs` has the same.
ENGLISH, INSIDE, VIETNAMESE, PLAIN = 1, 2, 3, 4
MASK = (1 << 64) - 1


def observe(encoder, texts, pairs):
    """Embeddings of the texts, and the mean hidden state and count of each word and pair in them."""
    sentences = np.zeros((len(texts), encoder.words.shape[1]), np.float32)
    sums, counts = {}, Counter()

    def add(unit, state):
        sums[unit] = sums.get(unit, 0) + state.astype(np.float64)
        counts[unit] += 1

    for at, offsets, states in encoder.each(texts):
        sentences[at] = states.mean(0)
        before = None
        for match in WORD.finditer(texts[at]):
            # A SentencePiece token may begin with the space before the word.
            inside = [i for i, (a, b) in enumerate(offsets) if b > a and b > match.start() and a >= match.start() - 1 and b <= match.end()]
            if not inside:
                before = None
                continue
            state = states[inside].mean(0)
            add(match.group(), state)
            if before is not None and f"{before[0]} {match.group()}" in pairs:
                add(f"{before[0]} {match.group()}", (before[1] + state) / 2)
            before = (match.group(), state)
    return sentences, {unit: total / counts[unit] for unit, total in sums.items()}, counts


def fit(encoder, texts, units, alone, pairs):
    """Vectors of the units and their frequencies."""
    sentences, seen, seen_times = observe(encoder, texts, pairs)
    at = {unit: row for row, unit in enumerate(units)}
    segments = [segment(text, pairs) for text in texts]
    counts = Counter(unit for units_of in segments for unit in units_of)
    frequency = np.array([counts[unit] for unit in units]) / sum(counts.values())
    common = [unit for unit in units if unit in seen and counts[unit] >= 3]
    # Alone and in context the encoder's words lie around different centres, at different distances.
    alone = alone - np.mean([alone[at[unit]] for unit in common], 0)
    centre = np.mean([seen[unit] for unit in common], 0)
    near = np.mean([np.linalg.norm(alone[at[unit]]) for unit in common])
    far = np.mean([np.linalg.norm(seen[unit] - centre) for unit in common])
    vectors = alone.astype(np.float64)
    for unit in seen.keys() & at.keys():
        share = seen_times[unit] / (seen_times[unit] + TRUST)
        vectors[at[unit]] = (1 - share) * vectors[at[unit]] + share * (seen[unit] - centre) * near / far
    weights = A / (A + frequency)
    rows, columns, values = [], [], []
    for row, units_of in enumerate(segments):
        known = [at[unit] for unit in units_of if unit in at]
        share = weights[known] / max(weights[known].sum(), 1e-9)
        rows += [row] * len(known)
        columns += known
        values += list(share)
    mean = sparse.csr_matrix((values, (rows, columns)), shape=(len(texts), len(units)))
    target = (sentences - sentences.mean(0)).astype(np.float64)
    guess = mean @ vectors
    target /= (guess * target).sum() / (guess * guess).sum()
    moved = vectors + ridge(mean, target - guess)
    print(f"{len(units)} units, {len(texts)} texts; sentences explained: {1 - error(target, mean @ vectors):.3f} before, "
          f"{1 - error(target, mean @ moved):.3f} after the fit")
    return moved, frequency


def error(target, guess):
    return ((target - guess) ** 2).sum() / (target**2).sum()


def ridge(mean, target, steps=25):
    """Moves of the vectors that explain the rest of the target: conjugate gradients, each dimension on its own."""
    residue = mean.T @ target
    moves, direction = np.zeros_like(residue), residue.copy()
    length = (residue**2).sum(0)
    for _ in range(steps):
        image = mean.T @ (mean @ direction) + RIDGE * direction
        step = length / np.maximum((direction * image).sum(0), 1e-12)
        moves += step * direction
        residue -= step * image
        new = (residue**2).sum(0)
        direction = residue + new / np.maximum(length, 1e-12) * direction
        length = new
    return moves


def turn(e5, minilm, texts):
    """The rotation that brings e5's embeddings of English sentences nearest to MiniLM's (Procrustes)."""
    ours, theirs = e5.embed(texts), minilm.embed(texts)
    left, _, right = np.linalg.svd((ours - ours.mean(0)).T @ (theirs - theirs.mean(0)))
    return left @ right


def without_accents(units, vectors, frequency):
    """Units as they are typed without accents: the mean of those they may stand for, by frequency."""
    sums = {}
    for unit, vector, share in zip(units, vectors, frequency + 1e-7):
        total, mass = sums.get(strip(unit), (0, 0.0))
        sums[strip(unit)] = (total + share * vector, mass + share)
    names = sorted(sums)
    return names, np.array([sums[n][0] / sums[n][1] for n in names]), np.array([sums[n][1] for n in names])


def key(spelling, unit):
    """The hash of `features/mod.rs`."""
    value = spelling
    for letter in unit[:40]:
        value = ((((value << 5) | (value >> 59)) & MASK) ^ ord(letter)) * 0x517CC1B727220A95 & MASK
    return ((value ^ (value >> 29)) * 0xBF58476D1CE4E5B9 & MASK) >> 32


def write(out, units, vectors, weights):
    """Mark, sizes, keys, scales (upper half of a float), then half a byte a number."""
    keys, first = np.unique(np.array([key(*unit) for unit in units], np.uint32), return_index=True)
    vectors, weights = vectors[first], weights[first]
    largest = np.maximum(np.abs(vectors).max(1), 1e-9)
    steps = np.round(vectors / largest[:, None] * 7).astype(np.int64) + 8
    scales = (largest / 7 * weights).astype(np.float32).view(np.uint32)
    packed = (steps[:, 0::2] | (steps[:, 1::2] << 4)).astype(np.uint8)
    with open(out, "wb") as file:
        file.write(b"LARA-VEC" + np.array([DIMS, len(keys)], "<u4").tobytes() + keys.astype("<u4").tobytes())
        file.write(((scales + 0x8000) >> 16).astype("<u2").tobytes() + packed.tobytes())
    print(f"{len(keys)} vectors to {out}")


def main(encoders, data, out):
    here = Path(__file__).resolve().parent.parent
    english, vietnamese = corpus(data, here / "training")
    minilm = Encoder(encoders / "all-MiniLM-L6-v2")
    e5 = Encoder(encoders / "multilingual-e5-small", "query: ")

    pieces, words = english_units(english, minilm.tokenizer.get_vocab(), data / "lexicon/vader_lexicon.txt")
    pairs = frequent_pairs(english, PAIRS["english"])
    units = pieces + words + pairs
    # A piece from inside a word cannot be spelt for the tokenizer: its number is put between the marks.
    alone = minilm.embed(words + pairs)
    vocabulary = minilm.tokenizer.get_vocab()
    marks = minilm.tokenizer.encode("").ids
    numbers = np.array([[marks[0], vocabulary[piece], marks[1]] for piece in pieces])
    single = np.concatenate([minilm._hidden(part).mean(1) for part in np.array_split(numbers, 64)])
    en, en_frequency = fit(minilm, english, units, np.concatenate([single, alone]), set(pairs))

    vi_pairs = frequent_pairs(vietnamese, PAIRS["vietnamese"])
    vi_units = vietnamese_units(vietnamese, e5.tokenizer.get_vocab()) + vi_pairs
    vi, vi_frequency = fit(e5, vietnamese, vi_units, e5.embed(vi_units), set(vi_pairs))
    plain, plain_vectors, plain_frequency = without_accents(vi_units, vi, vi_frequency)
    short = [text for text in english if len(WORD.findall(text)) <= 16][:3000]
    both = np.concatenate([vi, plain_vectors])
    both = (both - both.mean(0)) @ turn(e5, minilm, short)

    en = en - en.mean(0)
    _, _, directions = np.linalg.svd(en, full_matrices=False)
    en, both = en @ directions[:DIMS].T, both @ directions[:DIMS].T
    en *= np.linalg.norm(both) / len(both) ** 0.5 / (np.linalg.norm(en) / len(en) ** 0.5)
    turned, _ = np.linalg.qr(np.random.default_rng(1).standard_normal((DIMS, DIMS)))
    names = [(INSIDE, unit[2:]) if unit.startswith("##") else (ENGLISH, unit) for unit in units]
    names += [(VIETNAMESE, unit) for unit in vi_units] + [(PLAIN, unit) for unit in plain]
    frequency = np.concatenate([en_frequency, vi_frequency, plain_frequency])
    write(out, names, np.concatenate([en, both]) @ turned, A / (A + frequency))


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    main(*(Path(argument) for argument in sys.argv[1:]))
