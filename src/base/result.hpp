// Result, Error and TRY: how everything that depends on input, or on the world answering, says that it could not.
// A broken invariant or a lost database is an exception instead; those are caught in two places only, the request
// dispatcher and the job runner.
#pragma once
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace evenkeel {

/// Mapped once to an HTTP status and an exit code (see http_status, exit_code in error.cpp).
enum class ErrorKind : std::uint8_t {
  not_found,
  invalid,
  conflict,
  unauthenticated,
  forbidden,
  blocked,
  frozen,
  too_many,
  unavailable,
  unknown,
  internal
};

/// The fields that every refusal in the product carries: which rule, what it saw, what is allowed, who can do what about it.
struct Refusal {
  std::string rule;       // name of the gate or rule, e.g. "rollback_rehearsed"
  std::string value;      // what was found
  std::string limit;      // what is required
  std::string evidence;   // link or id of the evidence that was looked at; empty when none exists
  std::string next_step;  // what to do
  std::string who;        // who can take that step
};

/// A complaint about one part of the input.
struct Complaint {
  std::string field;    // path, e.g. "services[2].tier", or "file.yaml:12:5"
  std::string message;  // what is wrong, with the value, and what would be right
};

struct Error {
  ErrorKind kind = ErrorKind::internal;
  std::string message;                     // for the person on call: what was tried, with what, what to do; never a secret
  std::string field = {};                  // path of the offending input, when there is one
  std::vector<Complaint> complaints = {};  // all of them, not the first only
  std::vector<Refusal> refusals = {};      // for blocked and frozen
};

template <class T = void>
using Result = std::expected<T, Error>;

inline std::unexpected<Error> fail(ErrorKind kind, std::string message, std::string field = {}) {
  return std::unexpected(Error{kind, std::move(message), std::move(field), {}, {}});
}
inline std::unexpected<Error> invalid(std::string message, std::string field = {}) {
  return fail(ErrorKind::invalid, std::move(message), std::move(field));
}
inline std::unexpected<Error> not_found(std::string message) { return fail(ErrorKind::not_found, std::move(message)); }
inline std::unexpected<Error> conflict(std::string message) { return fail(ErrorKind::conflict, std::move(message)); }
inline std::unexpected<Error> forbidden(std::string message) { return fail(ErrorKind::forbidden, std::move(message)); }
inline std::unexpected<Error> unavailable(std::string message) { return fail(ErrorKind::unavailable, std::move(message)); }

/// Wire name ("not_found"), HTTP status (RFC 9110) and exit code (0 pass, 1 fail/blocked, 2 usage, 3 unknown, 4 waiting) of a kind.
const char* name_of(ErrorKind kind);
int http_status(ErrorKind kind);
int exit_code(ErrorKind kind);

}  // namespace evenkeel

/// Value of a Result, or return its error from the enclosing function: `auto release = TRY(find_release(tx, id));`
/// A statement expression, so not for use inside `co_await` expressions (GCC 12 crashes there).
#define TRY(...)                                                              \
  __extension__({                                                             \
    auto&& try_result_ = (__VA_ARGS__);                                       \
    if (!try_result_) return std::unexpected(std::move(try_result_).error()); \
    std::forward<decltype(try_result_)>(try_result_).operator*();             \
  })
