"""How well the analyzers do: labelled calls, what reports say in the labels' terms, figures with intervals, their history."""
