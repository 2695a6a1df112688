// A language model that drafts words for people to judge.
#pragma once
#include <stop_token>

#include "capabilities/delivery.hpp"

namespace evenkeel::capabilities {

class TextModel {
 public:
  virtual ~TextModel() = default;
  /// The receipt is the answer's text. A question has no effect there, so one whose answer was lost is simply asked again. Reasons hold
  /// neither key nor question.
  virtual Delivery ask(const std::string& model, const std::string& question, SysTime now, std::stop_token stop = {}) = 0;
};

}  // namespace evenkeel::capabilities
