"""Cells that are shared by frames, functions in containers, generators and instances.

100 resumed
ann: 105 resumed 105
bob: 1110 resumed 1110
ann: 2111 2111 2111
bob: 2118 2118
True resumed
6
"""

from point import here


class Account:
    def __init__(self, owner, deposit):
        self.owner = owner
        self.deposit = deposit


def open_accounts():
    funds = 100

    def depositor(name):
        def deposit(amount):
            nonlocal funds
            funds += amount
            return f"{name}: {funds}"

        return deposit

    def watch():
        while True:
            yield funds

    accounts = [Account(name, depositor(name)) for name in ("ann", "bob")]
    watcher = watch()
    print(next(watcher), here())
    for account in accounts:
        print(account.deposit(5), here(), next(watcher))
        funds += 1000
    here()
    print(accounts[0].deposit(1), next(watcher), funds)
    return accounts, watcher


accounts, watcher = open_accounts()
here()
print(accounts[1].deposit(7), next(watcher))
print(accounts[0].deposit.__closure__[0] is accounts[1].deposit.__closure__[0], here())


def self_reference(depth):
    def walk(number):
        return number and here(number) + walk(number - 1)

    return walk(depth)


print(self_reference(3))
