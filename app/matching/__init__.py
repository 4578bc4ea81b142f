"""The pairing engine: problems in, pairs out, in whole numbers; knows no database and no web.

Import the module that you need: ``problem``, ``solve``, ``format``, ``scoring``, ``build``. None of them loads NumPy or
OR-Tools before ``solve.solve`` is called.
"""
