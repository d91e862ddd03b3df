class Rules: ...


def load_rules(connection):
    return Rules()
