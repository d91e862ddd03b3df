def ledger_findings(connection, number, rules):
    return []
