"""Measure how easy a Dutch text is to read: the formula of Flesch as Douma fitted it to Dutch (1960)."""

from __future__ import annotations

import re

VOWELS = re.compile(r"(?:aai|ooi|oei|eeu|ieu|aa|ee|oo|uu|ie|oe|eu|ui|ij|ei|au|ou|[aeiouyáéíóúëïöü])", re.I)


def words(text: str) -> list[str]:
    """Return the words of a text."""
    return re.findall(r"[A-Za-zÀ-ÿ]+", text)


def sentences(text: str) -> list[str]:
    """Return the sentences of a text."""
    return [part for part in re.split(r"[.!?:]+(?:\s|$)", text) if words(part)]


def syllables(word: str) -> int:
    """Count the syllables of a word as its groups of vowels that are read together."""
    return max(1, len(VOWELS.findall(word)))


def flesch_douma(text: str) -> float:
    """Return the reading ease: 206.84 - 77 x syllables per word - 0.93 x words per sentence.

    80 and more is easy, 60 to 70 is standard (first years of secondary school), below 50 is difficult.
    """
    said = words(text)
    per_word = sum(map(syllables, said)) / len(said)
    return 206.84 - 77 * per_word - 0.93 * len(said) / len(sentences(text))
