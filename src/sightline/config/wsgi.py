"""The web application as servers load it."""

import os

from django.core.wsgi import get_wsgi_application

from sightline.config import garbage, reading, warming

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sightline.config.settings")
application = get_wsgi_application()
garbage.seldom()
reading.alone()
warming.after_first_answer()
