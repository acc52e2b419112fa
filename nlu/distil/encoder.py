"""A BERT encoder in plain numpy: enough to embed words and short sentences, the same on every machine but for rounding."""

import json
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file
from scipy.special import erf
from tokenizers import Tokenizer


class Encoder:
    """MiniLM or multilingual-e5-small from a Hugging Face folder; `prefix` goes before every text."""

    def __init__(self, folder: Path, prefix: str = "") -> None:
        weights = load_file(folder / "model.safetensors")
        config = json.loads((folder / "config.json").read_text())
        self.words = weights.pop("embeddings.word_embeddings.weight")
        self.weights = {name: value.astype(np.float32) for name, value in weights.items()}
        self.layers, self.heads = config["num_hidden_layers"], config["num_attention_heads"]
        self.eps = config["layer_norm_eps"]
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.no_padding()
        self.tokenizer.no_truncation()
        self.prefix = prefix

    def _norm(self, x, name):
        mean = x.mean(-1, keepdims=True)
        variance = ((x - mean) ** 2).mean(-1, keepdims=True)
        return (x - mean) / np.sqrt(variance + self.eps) * self.weights[name + ".weight"] + self.weights[name + ".bias"]

    def _linear(self, x, name):
        return x @ self.weights[name + ".weight"].T + self.weights[name + ".bias"]

    def _hidden(self, ids):
        """Last hidden states of texts of one length."""
        batch, length = ids.shape
        position = self.weights["embeddings.position_embeddings.weight"][:length]
        kind = self.weights["embeddings.token_type_embeddings.weight"][0]
        x = self._norm(self.words[ids].astype(np.float32) + position + kind, "embeddings.LayerNorm")
        width = x.shape[-1]
        head = width // self.heads
        x = x.reshape(-1, width)
        for layer in range(self.layers):
            name = f"encoder.layer.{layer}."
            query, key, value = (
                self._linear(x, f"{name}attention.self.{part}").reshape(batch, length, self.heads, head).transpose(0, 2, 1, 3)
                for part in ("query", "key", "value")
            )
            scores = query @ key.transpose(0, 1, 3, 2) / np.float32(head**0.5)
            scores = np.exp(scores - scores.max(-1, keepdims=True))
            scores /= scores.sum(-1, keepdims=True)
            seen = (scores @ value).transpose(0, 2, 1, 3).reshape(-1, width)
            x = self._norm(x + self._linear(seen, name + "attention.output.dense"), name + "attention.output.LayerNorm")
            inner = self._linear(x, name + "intermediate.dense")
            inner = inner * np.float32(0.5) * (1 + erf(inner / np.float32(2**0.5)))
            x = self._norm(x + self._linear(inner, name + "output.dense"), name + "output.LayerNorm")
        return x.reshape(batch, length, width)

    def each(self, texts):
        """(index, offsets within the text, hidden states) of every text, shortest first."""
        encoded = [self.tokenizer.encode(self.prefix + text) for text in texts]
        order = sorted(range(len(texts)), key=lambda at: len(encoded[at].ids))
        start = 0
        while start < len(order):
            length = len(encoded[order[start]].ids)
            end = start
            while end < len(order) and len(encoded[order[end]].ids) == length and (end - start) * length < 2048:
                end += 1
            hidden = self._hidden(np.array([encoded[at].ids for at in order[start:end]]))
            for at, states in zip(order[start:end], hidden):
                yield at, [(a - len(self.prefix), b - len(self.prefix)) for a, b in encoded[at].offsets], states
            start = end

    def embed(self, texts):
        """Mean-pooled embeddings."""
        out = np.zeros((len(texts), self.words.shape[1]), np.float32)
        for at, _, states in self.each(texts):
            out[at] = states.mean(0)
        return out
