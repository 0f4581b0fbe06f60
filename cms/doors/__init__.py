"""Every way in and out of the platform: which module answers what?

options: the settings. adapters: what allauth asks of us. codes: a code by mail. passkeys. organisation: the
municipality's own sign-in. second_step: the app's codes. newest_code: where mail points to. password_line: one at a
time. known_browser: who is no stranger. addresses: where links in mail lead. kept_text: what waits behind the sign-in
page. leaving.
"""
