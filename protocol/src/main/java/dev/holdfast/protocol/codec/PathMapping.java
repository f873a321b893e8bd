package dev.holdfast.protocol.codec;

import dev.holdfast.protocol.expression.Comparator;
import dev.holdfast.protocol.expression.Path;
import dev.holdfast.protocol.expression.Path.Step;
import dev.holdfast.protocol.wire.ComparatorProto;
import dev.holdfast.protocol.wire.PathProto;
import dev.holdfast.protocol.wire.StepProto;
import java.util.ArrayList;
import java.util.List;

/** Document paths and comparison operators: what every expression is made of. */
final class PathMapping {
  private PathMapping() {}

  static PathProto encode(Path path) {
    PathProto.Builder proto = PathProto.newBuilder();
    for (Step step : path.steps()) {
      if (step instanceof Step.Attribute attribute) {
        proto.addSteps(StepProto.newBuilder().setAttribute(attribute.name()));
      } else if (step instanceof Step.Element element) {
        proto.addSteps(StepProto.newBuilder().setElement(element.index()));
      }
    }
    return proto.build();
  }

  static Path decode(PathProto proto) {
    if (proto.getStepsCount() == 1 && proto.getSteps(0).hasAttribute()) {
      return Path.of(proto.getSteps(0).getAttribute());
    }
    List<Step> steps = new ArrayList<>(proto.getStepsCount());
    for (StepProto step : proto.getStepsList()) {
      steps.add(
          switch (step.getBodyCase()) {
            case ATTRIBUTE -> new Step.Attribute(step.getAttribute());
            case ELEMENT -> new Step.Element(elementIndex(step.getElement()));
            case BODY_NOT_SET -> throw Wire.unknown("path step");
          });
    }
    return new Path(steps);
  }

  static ComparatorProto encode(Comparator comparator) {
    return switch (comparator) {
      case EQ -> ComparatorProto.COMPARATOR_EQ;
      case NE -> ComparatorProto.COMPARATOR_NE;
      case LT -> ComparatorProto.COMPARATOR_LT;
      case LE -> ComparatorProto.COMPARATOR_LE;
      case GT -> ComparatorProto.COMPARATOR_GT;
      case GE -> ComparatorProto.COMPARATOR_GE;
    };
  }

  static Comparator decode(ComparatorProto proto) {
    return switch (proto) {
      case COMPARATOR_EQ -> Comparator.EQ;
      case COMPARATOR_NE -> Comparator.NE;
      case COMPARATOR_LT -> Comparator.LT;
      case COMPARATOR_LE -> Comparator.LE;
      case COMPARATOR_GT -> Comparator.GT;
      case COMPARATOR_GE -> Comparator.GE;
      case COMPARATOR_UNSPECIFIED, UNRECOGNIZED -> throw Wire.unknown("comparator");
    };
  }

  private static int elementIndex(int index) {
    if (index < 0) {
      throw new IllegalArgumentException("negative list index " + index);
    }
    return index;
  }
}
