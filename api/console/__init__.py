"""The server-rendered console: what people in the halls and departments look at."""
