"""One package per page concept: views, forms, urls, present, and `nav` for what it adds."""
