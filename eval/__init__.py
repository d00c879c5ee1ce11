"""How good the assistant is; imports everything, is imported by nothing."""
