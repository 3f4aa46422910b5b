"""The four stages chained: the only place that knows files, configuration, figures and the CLI."""
