"""The composition root: builds every part from Settings, serves them, and does the commands' work. The only place that picks an engine."""
