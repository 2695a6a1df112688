// Thrown by EventSource::wanted: from this event on the stream is nobody's, and ends. The client may come back, and is asked anew who it
// is.
#pragma once
#include <exception>

namespace evenkeel::http {

struct StreamEnds : std::exception {
  const char* what() const noexcept override { return "the stream ends"; }
};

}  // namespace evenkeel::http
