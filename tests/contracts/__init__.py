"""One specification for every backend: the same suite runs on the in-memory and on the real implementation."""
