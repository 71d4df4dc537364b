"""Report how well the conversation itself went: balance, listening, silences, ending and the scores over them (spec 3.3)."""

from analyzers.conversation_quality.report import ConversationQualityReport, conversation_quality

__all__ = ["ConversationQualityReport", "conversation_quality"]
