from flow_control import bash_teleport

def a():
    def b():
        def c():
            result = "hello"
            bash_teleport("ssh", "cartesius",
                "conda activate py39;",
                other_fn=("mem_view.py", "flow_control.py"))
            return result + " world"
        return len(c()) + float("3.5")
    return 5 * (3 + b())
assert a() == 87.5
