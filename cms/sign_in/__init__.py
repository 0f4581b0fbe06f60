"""Authentication on top of allauth: passwords, codes by mail, passkeys, OpenID Connect, second factors, sessions."""
