"""The world around the nodes: a deterministic cluster, its network, its record."""
