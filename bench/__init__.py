"""Side-by-side measurements: ours, other Python frameworks and Next.js on the same work."""
