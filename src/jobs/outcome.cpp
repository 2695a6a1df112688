#include "jobs/outcome.hpp"

#include <fmt/format.h>

namespace evenkeel::jobs {

Outcome outcome_of(const capabilities::Delivery& sent, std::string_view to) {
  using capabilities::DeliveryEnd;
  if (sent.end == DeliveryEnd::delivered) return {};
  auto reason = to.empty() ? sent.reason : fmt::format("{}: {}", to, sent.reason);
  if (sent.end == DeliveryEnd::refused) return {Outcome::dead, std::move(reason)};
  return {Outcome::retry, std::move(reason), sent.retry_after.value_or(Millis{0})};
}

}  // namespace evenkeel::jobs
