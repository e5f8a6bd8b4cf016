"""The mail itself: composing, checking, previewing, probing."""
