// The middle of some values.
#pragma once
#include <algorithm>
#include <optional>
#include <vector>

namespace evenkeel {

/// The upper one of two in the middle; nothing of nothing.
template <class T>
std::optional<T> median(std::vector<T> values) {
  if (values.empty()) return {};
  const auto middle = values.begin() + std::ptrdiff_t(values.size() / 2);
  std::ranges::nth_element(values, middle);
  return *middle;
}

}  // namespace evenkeel
