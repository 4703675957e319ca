"""Small faults put into a source, one at a time, and the faulty code put in the place of the good.

Mutants live in the bodies of functions and in the values of constants; what a class body says
(fields, names, texts) is data, not a rule. Texts for people are left alone.
"""

from __future__ import annotations

import ast
import gc
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import CodeType, FunctionType, ModuleType
from typing import Any

SWAPS: dict[type[ast.AST], type[ast.AST]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.And: ast.Or,
    ast.Or: ast.And,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.Div: ast.Mult,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}
TEXTS = {"_", "gettext", "ngettext", "gettext_lazy", "pgettext"}
Function = ast.FunctionDef | ast.AsyncFunctionDef
Change = Callable[[ast.AST], ast.AST | None]


@dataclass(frozen=True)
class Mutant:
    """One fault: where it is, what it says, and how to make it."""

    line: int
    what: str
    owner: str  # the function, "Session.take_seats", or the constant
    source: str
    node: int  # in the order of ast.walk
    which: int  # of the changes of that node

    def tree(self) -> ast.Module:
        """The whole module with the fault."""
        tree = ast.parse(self.source)
        node = _node(tree, self.node)
        _replace(tree, node, _changes(node)[self.which][1](node))
        return tree


def mutants(source: str, *, only: frozenset[str] = frozenset()) -> list[Mutant]:
    """Every mutant of a module, top to bottom; *only* these functions, when they are named."""
    tree = ast.parse(source)
    nodes = list(ast.walk(tree))
    found = []
    for owner, number in _places(tree):
        if only and owner not in only:
            continue
        for which, (what, _) in enumerate(_changes(nodes[number])):
            said = f"{what}: {ast.unparse(nodes[number])[:70]}"
            line = nodes[number].lineno  # type: ignore[attr-defined]
            found.append(Mutant(line, said, owner, source, number, which))
    return found


def _node(tree: ast.Module, number: int) -> ast.AST:
    return list(ast.walk(tree))[number]


def _places(tree: ast.Module) -> list[tuple[str, int]]:
    """(owner, number in the order of ast.walk) of every node that may be changed, by line."""
    numbers = {id(node): number for number, node in enumerate(ast.walk(tree))}
    rows = [
        (node.lineno, owner, numbers[id(node)])
        for owner, root in _owners(tree.body)
        for node in _rules(root)
        if hasattr(node, "lineno")
    ]
    return [(owner, number) for _, owner, number in sorted(rows, key=lambda row: (row[0], row[2]))]


def _owners(body: list[ast.stmt], prefix: str = "") -> Iterator[tuple[str, ast.AST]]:
    """The statements of functions and methods, and the values of a module's constants."""
    for node in body:
        if isinstance(node, Function):
            yield from ((f"{prefix}{node.name}", statement) for statement in node.body)
        elif isinstance(node, ast.ClassDef):
            yield from _owners(node.body, f"{prefix}{node.name}.")
        elif not prefix and isinstance(node, ast.Assign | ast.AnnAssign):
            name = _constant_of(node)
            if name and node.value:
                yield name, node.value


def _constant_of(node: ast.AST) -> str:
    """The name that a statement gives to a value; none where it gives several."""
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    return targets[0].id if len(targets) == 1 and isinstance(targets[0], ast.Name) else ""


def _rules(root: ast.AST) -> Iterator[ast.AST]:
    """A node and all below it, but no text for people, no docstring and no annotation."""
    if isinstance(root, ast.Expr) and isinstance(root.value, ast.Constant):
        return
    if isinstance(root, ast.Call) and isinstance(root.func, ast.Name) and root.func.id in TEXTS:
        return
    yield root
    for name, value in ast.iter_fields(root):
        if name in {"annotation", "returns", "decorator_list"}:
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                yield from _rules(child)


# --- the faults --------------------------------------------------------------------------------


def _changes(node: ast.AST) -> list[tuple[str, Change]]:
    """What can be made wrong at one node, each with its name."""
    if isinstance(node, ast.expr):
        return _changes_of_expression(node)
    if isinstance(node, ast.AugAssign) and type(node.op) in SWAPS:
        return [_swapped(node.op)]
    if isinstance(node, ast.If) and not _is_changed_itself(node.test):
        return [("the other way", _turn_round)]
    if isinstance(node, ast.Return) and not _is_nothing(node.value):
        return [("returns nothing", _return_nothing)]
    if isinstance(node, ast.Raise) or _is_bare_call(node):
        return [("left out", lambda _: ast.Pass())]
    return []


def _changes_of_expression(node: ast.expr) -> list[tuple[str, Change]]:
    if isinstance(node, ast.Compare):
        return [
            (_swapped(op)[0], _swap_in("ops", at))
            for at, op in enumerate(node.ops)
            if type(op) in SWAPS
        ]
    if isinstance(node, ast.BoolOp | ast.BinOp) and type(node.op) in SWAPS:
        return [_swapped(node.op)]
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        return [("without not", lambda one: one.operand)]
    if isinstance(node, ast.IfExp) and not _is_changed_itself(node.test):
        return [("the other way", _turn_round)]
    return _changes_of_value(node)


def _changes_of_value(node: ast.expr) -> list[tuple[str, Change]]:
    if isinstance(node, ast.Constant):
        return _constants(node)
    if isinstance(node, ast.Set | ast.List) and len(node.elts) > 1:
        return [(f"without number {at + 1}", _drop("elts", at)) for at in range(len(node.elts))]
    if isinstance(node, ast.Dict) and len(node.keys) > 1:
        return [(f"without key {at + 1}", _drop_key(at)) for at in range(len(node.keys))]
    return []


def _swapped(operator: ast.AST) -> tuple[str, Change]:
    return f"{type(operator).__name__} to {SWAPS[type(operator)].__name__}", _swap_op


def _is_bare_call(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)


def _constants(node: ast.Constant) -> list[tuple[str, Change]]:
    value = node.value
    if isinstance(value, bool):
        return [(f"{not value}", _constant(not value))]
    if isinstance(value, int | float):
        return [(f"{value + 1}", _constant(value + 1))]
    return []


def _is_changed_itself(test: ast.expr) -> bool:
    """Whether a change of the question alone turns the answer round already."""
    turned = ast.Eq | ast.NotEq | ast.In | ast.NotIn | ast.Is | ast.IsNot
    if isinstance(test, ast.Compare):
        return len(test.ops) == 1 and isinstance(test.ops[0], turned)
    return isinstance(test, ast.UnaryOp)


def _is_nothing(value: ast.expr | None) -> bool:
    return value is None or (isinstance(value, ast.Constant) and value.value is None)


def _swap_in(name: str, at: int) -> Change:
    def change(node: ast.AST) -> ast.AST:
        operators = getattr(node, name)
        operators[at] = SWAPS[type(operators[at])]()
        return node

    return change


def _swap_op(node: Any) -> ast.AST:
    node.op = SWAPS[type(node.op)]()
    return node  # type: ignore[no-any-return]


def _turn_round(node: Any) -> ast.AST:
    node.test = ast.UnaryOp(ast.Not(), node.test)
    return node  # type: ignore[no-any-return]


def _return_nothing(node: Any) -> ast.AST:
    node.value = ast.Constant(None)
    return node  # type: ignore[no-any-return]


def _constant(value: object) -> Change:
    return lambda _: ast.Constant(value)  # type: ignore[arg-type]


def _drop(name: str, at: int) -> Change:
    def change(node: ast.AST) -> ast.AST:
        del getattr(node, name)[at]
        return node

    return change


def _drop_key(at: int) -> Change:
    def change(node: Any) -> ast.AST:
        del node.keys[at], node.values[at]
        return node  # type: ignore[no-any-return]

    return change


def _replace(tree: ast.Module, old: ast.AST, new: ast.AST | None) -> None:
    """Puts a node in the place of another, at the same line."""
    assert new is not None
    if new is not old:
        ast.copy_location(new, old)
        for parent in ast.walk(tree):
            for name, value in ast.iter_fields(parent):
                if value is old:
                    setattr(parent, name, new)
                elif isinstance(value, list) and any(item is old for item in value):
                    setattr(parent, name, [new if item is old else item for item in value])
    ast.fix_missing_locations(tree)


# --- putting it in -----------------------------------------------------------------------------


def put_in(mutant: Mutant, module: ModuleType) -> None:
    """From now on this process runs the mutant, whoever holds the function or the constant."""
    assert module.__file__
    tree = mutant.tree()
    code = compile(tree, module.__file__, "exec")
    faulty = _codes(code).get(mutant.owner)
    if faulty is None:
        _put_constant(mutant.owner, tree, module)
        return
    functions = [
        one
        for one in gc.get_objects()
        if isinstance(one, FunctionType)
        and one.__code__.co_filename == module.__file__
        and one.__code__.co_qualname == mutant.owner
    ]
    assert functions, f"{mutant.owner} is not in {module.__name__}"
    for function in functions:
        function.__code__ = faulty


def _codes(code: CodeType) -> dict[str, CodeType]:
    found = {}
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            found[constant.co_qualname] = constant
            found |= _codes(constant)
    return found


def _put_constant(owner: str, tree: ast.Module, module: ModuleType) -> None:
    (statement,) = [
        node
        for node in tree.body
        if isinstance(node, ast.Assign | ast.AnnAssign) and _constant_of(node) == owner
    ]
    old = vars(module)[owner]
    exec(compile(ast.Module([statement], []), "mutant", "exec"), vars(module))
    new = vars(module)[owner]
    for other in list(sys.modules.values()):
        for name, value in list(getattr(other, "__dict__", {}).items()):
            if value is old and name == owner:
                setattr(other, name, new)
