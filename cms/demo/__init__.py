"""The demo: fictional municipalities, filled through the operations that users use."""
