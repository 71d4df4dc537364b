"""Judge a call as a whole: how ready the caller is to buy, the overall sentiment and its trend (second stage over the facts)."""

from analyzers.whole_call.model import WholeCall, recognised, verdicts

__all__ = ["WholeCall", "recognised", "verdicts"]
