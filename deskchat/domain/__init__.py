"""What chat is: its words and its rules. Imports the standard library and msgspec, and nothing of ours."""
