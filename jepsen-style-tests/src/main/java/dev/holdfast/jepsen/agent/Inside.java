package dev.holdfast.jepsen.agent;

import java.lang.reflect.AccessibleObject;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What is inside the node's objects, by name. Whatever a name has become in the meantime, the node
 * ends rather than go on without its mistake.
 */
final class Inside {
  private record Member(Class<?> type, String name, int parameterCount) {}

  private static final int A_FIELD = -1;
  private static final Map<Member, AccessibleObject> KNOWN = new ConcurrentHashMap<>();

  private Inside() {}

  static Object field(@Nullable Object of, String name) {
    return Objects.requireNonNull(fieldOrNull(of, name), name);
  }

  static @Nullable Object fieldOrNull(@Nullable Object of, String name) {
    Object owner = Objects.requireNonNull(of, name);
    Field field =
        (Field)
            KNOWN.computeIfAbsent(
                new Member(owner.getClass(), name, A_FIELD),
                member -> accessible(declaredField(member)));
    try {
      return field.get(owner);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Field declaredField(Member member) {
    for (Class<?> type = member.type(); type != null; type = type.getSuperclass()) {
      for (Field field : type.getDeclaredFields()) {
        if (field.getName().equals(member.name())) {
          return field;
        }
      }
    }
    throw new IllegalStateException("no field " + member);
  }

  /** Calls a method that the object has, or its class; what it returns is not null. */
  static Object get(@Nullable Object on, String name, @Nullable Object... arguments) {
    return Objects.requireNonNull(call(on, name, arguments), name);
  }

  /** Calls a method that the object has, or its class. */
  static @Nullable Object call(@Nullable Object on, String name, @Nullable Object... arguments) {
    Object owner = Objects.requireNonNull(on, name);
    return call(owner, owner.getClass(), name, arguments);
  }

  /** Calls a static method. */
  static @Nullable Object callStatic(String type, String name, @Nullable Object... arguments) {
    return call(null, named(type), name, arguments);
  }

  private static @Nullable Object call(
      @Nullable Object on, Class<?> type, String name, @Nullable Object... arguments) {
    Method method =
        (Method)
            KNOWN.computeIfAbsent(
                new Member(type, name, arguments.length),
                member -> accessible(declaredMethod(member.type(), member)));
    try {
      return method.invoke(on, arguments);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    } catch (InvocationTargetException e) {
      throw e.getCause() instanceof RuntimeException cause
          ? new NodeFailure(cause)
          : new IllegalStateException(e.getCause());
    }
  }

  private static Method declaredMethod(@Nullable Class<?> type, Member member) {
    if (type == null) {
      throw new IllegalStateException("no method " + member);
    }
    return Arrays.stream(type.getDeclaredMethods())
        .filter(method -> method.getName().equals(member.name()) && !method.isBridge())
        .filter(method -> method.getParameterCount() == member.parameterCount())
        .findFirst()
        .orElseGet(() -> declaredMethod(type.getSuperclass(), member));
  }

  /** Makes an object; the class has one constructor with so many parameters. */
  static Object make(String type, @Nullable Object... arguments) {
    Constructor<?> constructor =
        (Constructor<?>)
            KNOWN.computeIfAbsent(
                new Member(named(type), "new", arguments.length),
                member ->
                    accessible(
                        Arrays.stream(member.type().getDeclaredConstructors())
                            .filter(each -> each.getParameterCount() == member.parameterCount())
                            .findFirst()
                            .orElseThrow(() -> new IllegalStateException("none: " + member))));
    try {
      return constructor.newInstance(arguments);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A static field's value. */
  static Object constant(String type, String name) {
    try {
      Field field = declaredField(new Member(named(type), name, A_FIELD));
      field.setAccessible(true);
      return Objects.requireNonNull(field.get(null), name);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }

  static boolean is(@Nullable Object object, String type) {
    return object != null && named(type).isInstance(object);
  }

  static Class<?> named(String type) {
    try {
      return Class.forName(type);
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }

  private static AccessibleObject accessible(AccessibleObject member) {
    member.setAccessible(true);
    return member;
  }
}
