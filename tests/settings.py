"""The settings of the tests: the product's own, with fast hashing and a folder to throw away."""

from __future__ import annotations

import os
import tempfile

os.environ["SIGHTLINE_DATA"] = os.environ.get("SIGHTLINE_TEST_DATA") or tempfile.mkdtemp(
    prefix="sightline-tests-"
)

from sightline.config.settings import *  # noqa: F403
from sightline.config.settings import STORAGES as _STORAGES

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES = {
    **_STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # noqa: F405 - whitenoise warns where it is missing

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):  # noqa: F405
    # A file, as in use: a database in memory refuses a second writer at once instead of waiting.
    DATABASES["default"]["TEST"] = {"NAME": f"{os.environ['SIGHTLINE_DATA']}/test.sqlite3"}  # noqa: F405
