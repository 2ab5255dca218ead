<?php
namespace Town\Container;
spl_autoload_register(function ($class) {
    $file = __DIR__ . '/' . str_replace('\\', '/', $class) . '.php';
    if (is_file($file)) { require $file; }
});
class Container {
    private $made = array(); private $factories = array();
    public function set($id, callable $f) { $this->factories[$id] = $f; }
    public function get($id) {
        if (!isset($this->made[$id])) {
            $this->made[$id] = isset($this->factories[$id]) ? call_user_func($this->factories[$id], $this) : $this->build($id);
        }
        return $this->made[$id];
    }
    private function build($class) {
        $r = new \ReflectionClass($class);
        $args = array();
        foreach ($r->getConstructor() ? $r->getConstructor()->getParameters() : array() as $p) { $args[] = $this->get($p->getType()->getName()); }
        return $r->newInstanceArgs($args);
    }
}
