#include "base/result.hpp"

namespace evenkeel {

const char* name_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::not_found:
      return "not_found";
    case ErrorKind::invalid:
      return "invalid";
    case ErrorKind::conflict:
      return "conflict";
    case ErrorKind::unauthenticated:
      return "unauthenticated";
    case ErrorKind::forbidden:
      return "forbidden";
    case ErrorKind::blocked:
      return "blocked";
    case ErrorKind::frozen:
      return "frozen";
    case ErrorKind::too_many:
      return "too_many";
    case ErrorKind::unavailable:
      return "unavailable";
    case ErrorKind::unknown:
      return "unknown";
    case ErrorKind::internal:
      return "internal";
  }
  return "internal";
}

int http_status(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::not_found:
      return 404;
    case ErrorKind::invalid:
      return 422;
    case ErrorKind::conflict:
      return 409;
    case ErrorKind::unauthenticated:
      return 401;
    case ErrorKind::forbidden:
      return 403;
    case ErrorKind::blocked:
    case ErrorKind::frozen:
      return 409;
    case ErrorKind::too_many:
      return 429;
    case ErrorKind::unavailable:
    case ErrorKind::unknown:
      return 503;
    case ErrorKind::internal:
      return 500;
  }
  return 500;
}

int exit_code(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::invalid:
      return 2;
    case ErrorKind::unavailable:
    case ErrorKind::unknown:
      return 3;
    case ErrorKind::unauthenticated:
      return 4;
    default:
      return 1;
  }
}

}  // namespace evenkeel
