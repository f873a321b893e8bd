package dev.holdfast.node.architecture;

import com.sun.source.tree.AnnotationTree;
import com.sun.source.tree.BinaryTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.NewClassTree;
import com.sun.source.tree.ParenthesizedTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreeScanner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/**
 * The strings of a source file, as the compiler reads it: literals that are added to one another
 * are one text. What is said to programmers only is left out: annotations, log lines, what a value
 * that must not be null says, and the exceptions of which no request is the cause.
 */
final class SourceTexts extends TreeScanner<@Nullable Void, @Nullable Void> {
  private static final Set<String> FOR_PROGRAMMERS =
      Set.of("IllegalStateException", "AssertionError", "UnsupportedOperationException");

  private final List<String> texts = new ArrayList<>();

  private SourceTexts() {}

  static List<String> of(SourceTree.JavaFile file) {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    JavacTask task =
        (JavacTask) compiler.getTask(null, null, null, List.of(), null, List.of(new Source(file)));
    SourceTexts found = new SourceTexts();
    try {
      task.parse().forEach(unit -> unit.accept(found, null));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return found.texts;
  }

  @Override
  public @Nullable Void visitBinary(BinaryTree node, @Nullable Void unused) {
    if (node.getKind() != Tree.Kind.PLUS) {
      return super.visitBinary(node, null);
    }
    List<ExpressionTree> parts = new ArrayList<>();
    flatten(node, parts);
    StringBuilder joined = new StringBuilder();
    for (ExpressionTree part : parts) {
      if (part instanceof LiteralTree literal && literal.getValue() instanceof String text) {
        joined.append(text);
      } else {
        add(joined);
        scan(part, null);
      }
    }
    add(joined);
    return null;
  }

  private static void flatten(ExpressionTree node, List<ExpressionTree> parts) {
    if (node instanceof BinaryTree sum && sum.getKind() == Tree.Kind.PLUS) {
      flatten(sum.getLeftOperand(), parts);
      flatten(sum.getRightOperand(), parts);
    } else if (node instanceof ParenthesizedTree parentheses) {
      flatten(parentheses.getExpression(), parts);
    } else {
      parts.add(node);
    }
  }

  private void add(StringBuilder joined) {
    if (joined.length() > 0) {
      texts.add(joined.toString());
      joined.setLength(0);
    }
  }

  @Override
  public @Nullable Void visitLiteral(LiteralTree node, @Nullable Void unused) {
    if (node.getValue() instanceof String text) {
      texts.add(text);
    }
    return null;
  }

  @Override
  public @Nullable Void visitAnnotation(AnnotationTree node, @Nullable Void unused) {
    return null;
  }

  @Override
  public @Nullable Void visitNewClass(NewClassTree node, @Nullable Void unused) {
    return FOR_PROGRAMMERS.contains(node.getIdentifier().toString())
        ? null
        : super.visitNewClass(node, null);
  }

  @Override
  public @Nullable Void visitMethodInvocation(MethodInvocationTree node, @Nullable Void unused) {
    String method = node.getMethodSelect().toString();
    return method.startsWith("log.") || method.equals("Objects.requireNonNull")
        ? null
        : super.visitMethodInvocation(node, null);
  }

  /** A file for the compiler to read. */
  private static final class Source extends SimpleJavaFileObject {
    private final String text;

    Source(SourceTree.JavaFile file) {
      super(URI.create("string:///" + file.path()), JavaFileObject.Kind.SOURCE);
      this.text = String.join("\n", file.lines());
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }
}
