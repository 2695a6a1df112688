#pragma once
namespace evenkeel::app {
inline constexpr const char* version = "0.1.0";
}
