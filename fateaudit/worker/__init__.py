"""What runs in the locked process: one model, opened and asked, and nothing else of fateaudit.

Nothing here imports the rest of the package. The process is locked before it imports a library, and a library before it
sees a byte of the model. What it answers is hostile to the process that asked: see `fateaudit.models`.
"""
