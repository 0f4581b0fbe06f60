"""The site and the desk, made with Wagtail: pages, addresses, settings and the demo."""
