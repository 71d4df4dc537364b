"""Judge a call as a whole: who decides and when, how ready the caller is, their sentiment (second stage over the lines)."""

from analyzers.whole_call.model import UNSAID, WholeCall, recognised, verdicts

__all__ = ["UNSAID", "WholeCall", "recognised", "verdicts"]
