"""What a vote costs the server, beside a plain hub that stores the same three rows: `python -m benchmarks.live`."""
