"""The errors of the whole product, in one tree.

Every message is one Chinese sentence for the person who uses the product, and ends with the remedy.

    PolicyAssistantError
    ├── DocumentError          a document cannot be taken in
    ├── SearchIndexError       the index on disk cannot be used
    │   ├── IndexMissingError      there is none
    │   ├── IndexDamagedError      it does not match its manifest
    │   └── IndexBusyError         another process is writing it
    ├── EmbeddingModelError    the embedding model cannot be loaded
    ├── QuestionError          the question cannot be taken as one
    ├── ClauseMissingError     there is no clause of that id
    ├── RequestError           a request to the server cannot be served (`assistant.server.problems`)
    ├── SettingsError          a setting is unknown or out of range
    ├── PromptError            a prompt lacks a variable, or is given one too many
    └── ChatModelError         the configured chat model does not answer
"""


class PolicyAssistantError(Exception):
    """Root of the tree; `str(error)` may be shown to the user as it is."""


class DocumentError(PolicyAssistantError):
    """A document cannot be read or holds no text."""


class SearchIndexError(PolicyAssistantError):
    """The index on disk cannot be used."""


class IndexMissingError(SearchIndexError):
    """There is no index in the folder."""


class IndexDamagedError(SearchIndexError):
    """The index does not match its manifest, or the manifest does not match this program."""


class IndexBusyError(SearchIndexError):
    """Another process is writing the index."""


class EmbeddingModelError(PolicyAssistantError):
    """The embedding model cannot be loaded."""


class QuestionError(PolicyAssistantError):
    """The question is empty, too long or not text."""


class ClauseMissingError(PolicyAssistantError):
    """There is no clause of that id."""


class SettingsError(PolicyAssistantError):
    """A setting is unknown or has a value that it cannot have."""


class PromptError(PolicyAssistantError):
    """A prompt is missing, or its variables do not match those given."""


class ChatModelError(PolicyAssistantError):
    """The configured chat model failed."""
