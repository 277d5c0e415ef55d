"""The minutes as files for other programs: Word, PDF, plain text, a mail to send on."""
