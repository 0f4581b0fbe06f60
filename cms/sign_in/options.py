"""The settings of signing in: everything allauth is told, and what comes from the environment."""

from .issuers import read_issuers

CODE_LASTS = 15 * 60  # seconds: mail may be slow
# A hall of 300 people signs in behind one address: what is counted per address has room for that twice a
# minute, beside somebody in the hall who sends 500. What is counted per account is in our own Limits.
HALL = "1200/m/ip"
MAIL = f"{HALL},4000/h/ip"


def sign_in_options(env, *, on_https: bool, behind_proxy: bool) -> dict:
    """Give the settings of signing in; `env` reads a SAMENKOMPAS_ variable."""
    return {
        "LOGIN_URL": "account_login",
        "LOGIN_REDIRECT_URL": "wagtailadmin_home",  # of staff; residents go to the first page
        "LOGOUT_REDIRECT_URL": "signed_out",
        **_allauth(behind_proxy, on_https),
        **_codes(),
        **_second_factors(on_https),
        **_organisation(env, on_https),
    }


def _allauth(behind_proxy: bool, on_https: bool) -> dict:
    return {
        "ACCOUNT_ADAPTER": "cms.sign_in.adapters.Doors",
        "ACCOUNT_FORMS": {
            "request_login_code": "cms.sign_in.codes.AskForCode",
            "confirm_login_code": "cms.sign_in.codes.CodeAndWord",
        },
        "ACCOUNT_LOGIN_METHODS": {"email"},
        "ACCOUNT_SIGNUP_FIELDS": ["email*", "password1*", "password2*"],
        "ACCOUNT_USER_MODEL_USERNAME_FIELD": None,
        "ACCOUNT_EMAIL_VERIFICATION": "none",  # residents show it with their code, staff is made by hand
        "ACCOUNT_PREVENT_ENUMERATION": True,
        "ACCOUNT_SESSION_REMEMBER": False,
        "ACCOUNT_EMAIL_SUBJECT_PREFIX": "",
        "ACCOUNT_DEFAULT_HTTP_PROTOCOL": "https" if on_https else "http",
        "ACCOUNT_RATE_LIMITS": {
            "login": HALL,
            "login_failed": None,  # adapters.PASSWORDS and second_step.APP_CODES; no passkey is guessed
            "request_login_code": MAIL,
            "reset_password": MAIL,
            "reset_password_from_key": HALL,
            "signup": HALL,  # closed; it says so
            "confirm_email": None,  # we ask for neither, and theirs would count for the address of somebody else
            "verify_phone": None,
        },
        "ALLAUTH_TRUSTED_PROXY_COUNT": 1 if behind_proxy else 0,
    }


def _codes() -> dict:
    return {
        "ACCOUNT_LOGIN_BY_CODE_ENABLED": True,
        "ACCOUNT_LOGIN_BY_CODE_TIMEOUT": CODE_LASTS,
        "ACCOUNT_LOGIN_TIMEOUT": CODE_LASTS + 300,
        "ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS": 5,
        "ACCOUNT_LOGIN_BY_CODE_FORMAT": {"numeric": True, "length": 6, "dashed": False},
    }


def _second_factors(on_https: bool) -> dict:
    return {
        "MFA_ADAPTER": "cms.sign_in.adapters.SecondFactors",
        "MFA_SUPPORTED_TYPES": ["totp", "webauthn", "recovery_codes"],
        "MFA_PASSKEY_LOGIN_ENABLED": True,
        "MFA_FORMS": {
            "authenticate": "cms.sign_in.second_step.AppCode",
            "reauthenticate": "cms.sign_in.second_step.AppCodeAgain",
            "activate_totp": "cms.sign_in.app_codes.FirstAppCode",
            "add_webauthn": "cms.sign_in.passkeys.NewPasskey",
            "edit_webauthn": "cms.sign_in.passkeys.PasskeyName",
        },
        "MFA_TOTP_ISSUER": "Samenkompas",
        "MFA_ALLOW_UNVERIFIED_EMAIL": True,
        "MFA_RATE_LIMITS": {"webauthn_login": None},  # a passkey always works
        "MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN": not on_https,  # browsers allow http://localhost only
    }


def _organisation(env, on_https: bool) -> dict:
    return {
        "SOCIALACCOUNT_ADAPTER": "cms.sign_in.adapters.Organisations",
        "SOCIALACCOUNT_FORMS": {"disconnect": "cms.sign_in.organisation.Disconnect"},
        "ISSUERS": read_issuers(env("ISSUERS_FILE"), on_https=on_https),
    }
