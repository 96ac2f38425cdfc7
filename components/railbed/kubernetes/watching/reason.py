"""A reason as the user reads it: what happened and what to change, then Kubernetes' own words."""

LONGEST_REASON = 1200


def reason(sentence: str, words: str = "") -> str:
    """One sentence of ours, followed by what Kubernetes says about it."""
    said = " ".join(words.split())
    return f"{sentence} Kubernetes says: {said}" if said else sentence


def shortened(text: str) -> str:
    """A reason short enough to read. Hide secrets first: half a secret would not be recognised as one."""
    return text if len(text) <= LONGEST_REASON else f"{text[:LONGEST_REASON]}..."
