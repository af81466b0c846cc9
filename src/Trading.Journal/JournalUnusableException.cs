namespace Trading.Journal;

/// <summary>The journal cannot be opened as it is: not a journal, damaged, or of a newer build. The message is one line for the operator.</summary>
public sealed class JournalUnusableException(string message, Exception? cause = null) : Exception(message, cause);
