package dev.holdfast.jepsen.differential;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** Conditions, updates and projections, as the grammar makes them, and some that it does not. */
final class ExpressionTexts {
  private static final String[] PATHS = {
    "s", "n", "v", "m", "l", "#v", "m.a", "l[0]", "m.#a", "l[1].a", "m.a.q", "m.q[0]", "#m.n", "ss",
    "ns", "bs", "b", "bo", "nu", "v.a", "v[0]", "m.#name", "#odd", "l[7]", "m.a[1]", "absent"
  };

  static final List<String> WRONG_CONDITIONS =
      List.of(
          "n = ",
          "= :n",
          "n == :n",
          "n = :n AND",
          "n = :n n = :n",
          "(n = :n",
          "n = :n)",
          "((n = :n))",
          "n",
          ":n",
          "n = :undefined",
          "#undefined = :n",
          "n = n",
          "n < n",
          "size(n) > size(n)",
          "attribute_exists(:s)",
          "attribute_exists(s, n)",
          "attribute_exists()",
          "attribute_type(s, n)",
          "attribute_type(s, :n)",
          "attribute_type(s, :s)",
          "begins_with(s)",
          "begins_with(s, :n)",
          "begins_with(n, :n)",
          "begins_with(:ss, s)",
          "contains(s)",
          "contains(s, s)",
          "size(s)",
          "size(:n) = :n",
          "size(:bo) = :n",
          "foo(s)",
          "foo(s) = :n",
          "if_not_exists(s, :s) = :s",
          "list_append(l, :l) = :l",
          "contains(s, :s) = :bo",
          "n < :l",
          "n > :bo",
          ":ss <= n",
          "n BETWEEN :hi AND :lo",
          "n BETWEEN :n AND :s",
          "n BETWEEN :l AND :l",
          "n BETWEEN :n",
          "n IN ()",
          "n IN (n)",
          "n IN :n",
          "status = :s",
          "m.name = :s",
          "m..a = :s",
          "l[a] = :s",
          "l[-1] = :s",
          "l[99999999999] = :s",
          "1n = :n",
          "n = 1",
          "n = \\\"a\\\"",
          "n & :n",
          "NOT",
          "NOT n",
          "_n = :n",
          "n <> :n OR ",
          "a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q.r.s.t.u.v.w.x.y.z.a.b.c.d.e.f.g = :n",
          "");

  static final List<String> WRONG_UPDATES =
      List.of(
          "SET",
          "SET n",
          "SET n =",
          "SET n = :n,",
          "SET n = :n SET s = :s",
          "REMOVE n REMOVE s",
          "SET n = :undefined",
          "SET n = n + :s",
          "SET n = :n + :l",
          "SET n = foo(:n)",
          "SET n = size(n)",
          "SET n = attribute_exists(n)",
          "SET n = if_not_exists(n)",
          "SET n = if_not_exists(:n, n)",
          "SET n = if_not_exists(n, n)",
          "SET l = list_append(l)",
          "SET l = list_append(l, :n)",
          "SET l = list_append(:s, l)",
          "SET n = n + n + n",
          "SET n = :n * :n",
          "SET s = :s, s = :s",
          "SET m = :m, m.a = :v",
          "SET m.a = :v REMOVE m",
          "SET m.a = :v, m[0] = :v",
          "SET l[0] = :v REMOVE l[0].a",
          "SET h = :s",
          "REMOVE h",
          "SET h.a = :s",
          "ADD n n",
          "ADD n",
          "ADD l :l",
          "ADD s :s",
          "ADD bo :bo",
          "ADD m :m",
          "ADD nu :nu",
          "DELETE ss",
          "DELETE n :n",
          "DELETE l :l",
          "DELETE s :s",
          "DELETE m :m",
          "DELETE b :b",
          "UNSET n",
          "SET status = :s",
          "SET #undefined = :s",
          "SET n = ((:n))",
          "n = :n",
          "REMOVE",
          "REMOVE n = :n",
          "REMOVE :n",
          "");

  private ExpressionTexts() {}

  private static Arbitrary<String> paths() {
    return Choice.of(PATHS);
  }

  private static Arbitrary<String> join(String format, List<Arbitrary<String>> parts) {
    return Combinators.combine(parts).as(texts -> format.formatted(texts.toArray()));
  }

  static Arbitrary<String> conditions() {
    return conditions(2);
  }

  private static Arbitrary<String> conditions(int depth) {
    if (depth == 0) {
      return simple();
    }
    Arbitrary<String> inner = conditions(depth - 1);
    return Arbitraries.oneOf(
        List.of(
            simple(),
            simple(),
            simple(),
            join("NOT %s", List.of(inner)),
            join("%s AND %s", List.of(inner, simple())),
            join("%s OR %s", List.of(inner, simple())),
            join("(%s) AND NOT (%s)", List.of(inner, simple())),
            join("(%s OR %s) and %s", List.of(simple(), simple(), simple()))));
  }

  private static Arbitrary<String> simple() {
    Arbitrary<String> ordered = Choice.of("<", "<=", ">", ">=");
    return Arbitraries.oneOf(
        List.of(
            join("attribute_exists(%s)", List.of(paths())),
            join("attribute_not_exists(%s)", List.of(paths())),
            join("%s %s %s", List.of(paths(), Choice.of("=", "<>"), literals())),
            join("%s %s %s", List.of(literals(), Choice.of("=", "<>"), paths())),
            join("%s %s %s", List.of(paths(), ordered, scalars())),
            join("%s %s h", List.of(paths(), Choice.of("=", "<>", "<", ">="))),
            join("size(%s) %s :k", List.of(paths(), Choice.of("=", "<>", "<", ">="))),
            join("size(%s) <= size(r)", List.of(paths())),
            join("%s BETWEEN :lo AND :hi", List.of(paths())),
            join("%s BETWEEN :s AND :s2", List.of(paths())),
            join("%s BETWEEN h AND :n", List.of(paths())),
            join("%s IN (%s, %s)", List.of(paths(), literals(), literals())),
            join("%s IN (%s)", List.of(paths(), literals())),
            join("begins_with(%s, %s)", List.of(paths(), Choice.of(":s", ":b", "r"))),
            join("contains(%s, %s)", List.of(paths(), literals())),
            join("contains(%s, r)", List.of(paths())),
            join("attribute_type(%s, :type)", List.of(paths()))));
  }

  private static Arbitrary<String> scalars() {
    return Choice.of(":n", ":s", ":b");
  }

  private static Arbitrary<String> literals() {
    return Choice.of(":n", ":s", ":v", ":b", ":bo", ":nu", ":ss", ":ns", ":bs", ":l", ":m", ":k");
  }

  /** Updates of one to four actions, each of a path of its own. */
  static Arbitrary<String> updates() {
    Arbitrary<String> removed =
        Choice.of("s", "n", "v", "l[0]", "l[1]", "m.a", "m.q", "#odd", "l", "absent", "m.#name");
    Arbitrary<List<String>> sets = assignments().list().ofMinSize(1).ofMaxSize(3);
    Arbitrary<String> setClause = sets.map(all -> "SET " + String.join(", ", distinct(all)));
    Arbitrary<String> removeClause =
        removed
            .list()
            .uniqueElements()
            .ofMinSize(1)
            .ofMaxSize(3)
            .map(all -> "REMOVE " + String.join(", ", distinct(all)));
    Arbitrary<String> addClause =
        Choice.of(
            "ADD n :n",
            "ADD q :n",
            "ADD ns :ns",
            "ADD ss :ss, bs :bs",
            "ADD m.n :n",
            "ADD l[0] :n",
            "ADD s :n",
            "ADD v :ns",
            "ADD n :ns");
    Arbitrary<String> deleteClause =
        Choice.of(
            "DELETE ss :ss",
            "DELETE ns :ns, bs :bs",
            "DELETE v :ss",
            "DELETE s :ss",
            "DELETE m.a :ns");
    return Arbitraries.oneOf(
        List.of(
            setClause,
            setClause,
            setClause,
            removeClause,
            addClause,
            deleteClause,
            join("%s REMOVE zr, zs", List.of(setClause)),
            join("%s ADD zq :n", List.of(setClause)),
            join("%s add zq :k delete zz :ss", List.of(removeClause))));
  }

  private static List<String> distinct(List<String> actions) {
    Map<String, String> byAttribute = new LinkedHashMap<>();
    actions.forEach(
        action -> {
          String path = action.split(" ")[0];
          byAttribute.putIfAbsent(path.equals("l[1]") ? path : path.split("[.\\[]")[0], action);
        });
    if (byAttribute.containsKey("l")
        && byAttribute.containsKey("l[1]")
        && !byAttribute.getOrDefault("l", "").startsWith("l[")) {
      byAttribute.remove("l[1]");
    }
    return List.copyOf(byAttribute.values());
  }

  private static Arbitrary<String> assignments() {
    return Choice.of(
        "n = :n",
        "s = :s",
        "v = :v",
        "n = n + :n",
        "n = n - :k",
        "n = :n - n",
        "n = if_not_exists(n, :k) + :k",
        "n = if_not_exists(absent, :n)",
        "q = m.n + l[0]",
        "l = list_append(l, :l)",
        "l = list_append(:l, if_not_exists(l, :l))",
        "l = list_append(v, :l)",
        "m.a = :v",
        "m.q.z = :v",
        "m.#name = :s",
        "m = :m",
        "l = :l",
        "l[0] = :v",
        "l[1] = :s",
        "l[9] = :v",
        "l[0].a = :v",
        "v = m",
        "v = l[0]",
        "v = m.a",
        "v = absent",
        "#odd = :v",
        "b = :b",
        "bo = :bo",
        "nu = :nu",
        "ss = :ss",
        "ns = :ns",
        "bs = :bs",
        "#v = (:v)",
        "q = (n + :k)",
        "n = :s",
        "s = :n");
  }

  static Arbitrary<String> projections() {
    return Choice.of(
        "s",
        "h, n",
        "m.a, l[0]",
        "l[1], m",
        "l[0], l[1], l[7]",
        "l[1], l[0]",
        "m.a, m.q",
        "m.#name, #v",
        "l[1].a, v",
        "#odd, h",
        "m.q.z, m.a.x",
        "absent",
        "v.a, v.q[0]",
        "r, n, s, b, ss");
  }

  static final List<String> WRONG_PROJECTIONS =
      List.of(
          "s, s",
          "m.a, m",
          "m, m.a",
          "m.a, m[0]",
          "l[0], l[0].a",
          "s,",
          ",s",
          "#undefined",
          ":n",
          "s n",
          "size(s)",
          "l[",
          "l[x]",
          "name",
          "m.status",
          "*",
          "");
}
