"""Measure the accuracy of the analyzers: labelled calls, facts of labels and reports, figures with intervals, history."""
